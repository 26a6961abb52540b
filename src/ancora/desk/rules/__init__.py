"""Rules at the desk: leads read them and what they did, administrators write them and try them on the past."""
