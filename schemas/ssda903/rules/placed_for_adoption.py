"""PlacedAdoption: decisions to place for adoption."""
