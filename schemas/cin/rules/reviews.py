"""Reviews of protection plans."""
