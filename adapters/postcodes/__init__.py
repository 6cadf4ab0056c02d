"""The postcode directory: read it from where it comes, keep it as one local file, look postcodes up in that."""
