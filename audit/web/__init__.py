"""Pages in the browser. Today one for anybody: whether a document is ours. What is true is decided in audit/reports and below."""
