"""The customer's matter, solved end to end.

A case has one owner, a team, a status, a priority, tags and in the end an outcome; it holds one or more
conversations and shows the first one's reference. No customer conversation is ever committed without its case.
Status: open · waiting (on customer, third party, us) · resolved · closed; spam and trash can be taken back.
"""
