"""Schemas: what a page asks, what a report holds, what a line of an import may say."""
