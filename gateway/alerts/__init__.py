"""What a person must see: raised once, sent without flooding, closed when it is over."""
