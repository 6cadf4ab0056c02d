"""SWEpisodes: social workers."""
