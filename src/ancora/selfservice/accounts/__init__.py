"""Settings of the chats: which website shows which, how it looks there, and how the website says who its people are."""
