"""What data is: fields, code sets, layouts, rules and findings. No input or output happens here."""
