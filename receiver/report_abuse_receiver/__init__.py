"""The receiver of Report Abuse: what a centre runs to take in, work and learn from children's reports."""

__version__ = "0.1.0"
