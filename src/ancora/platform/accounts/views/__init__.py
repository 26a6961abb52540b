"""Pages of people, of the organisation and of oneself."""
