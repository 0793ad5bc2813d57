"""What the panel and the meeting about its plan leave on paper: minutes, official minutes, attendance list."""
