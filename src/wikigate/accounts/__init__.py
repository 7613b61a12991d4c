"""Accounts: users, their rights and blocks, their passwords and bot passwords, in MediaWiki's own tables."""
