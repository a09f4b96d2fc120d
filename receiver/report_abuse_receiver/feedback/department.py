"""What feedback declares about itself."""

from report_abuse_receiver.ground.feedback import kinds

TAKE_TWO_PEOPLE = (kinds.FREEZING,)
