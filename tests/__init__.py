"""Wikigate's tests mirror the tree of its sources."""
