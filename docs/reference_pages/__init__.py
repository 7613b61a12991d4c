"""The reference pages that say what the code says, one file a page. They need no server, no database and no configuration."""
