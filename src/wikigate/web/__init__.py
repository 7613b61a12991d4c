"""The skin: HTTP servers on one side, our own request and response on the other."""
