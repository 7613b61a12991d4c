"""The login conversation: what is asked, what providers may answer, and the one loop that joins them."""
