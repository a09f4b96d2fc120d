"""What accounts declare about themselves."""

from report_abuse_receiver.accounts import findings

CENTRE_LOOKED_AT = (findings.four_eyes,)
