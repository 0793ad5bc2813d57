"""The form for the opinion of one expert: the packet with its last part to be filled in, and what came back read again."""
