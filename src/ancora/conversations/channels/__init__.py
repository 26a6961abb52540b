"""One folder per kind of channel; each turns what its provider delivers into messages, and back."""
