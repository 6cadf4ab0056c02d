"""The looked-after children return (SSDA903)."""
