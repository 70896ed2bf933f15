"""The facet engine: every count of a definition, from arrays that the snapshot's file holds ready."""
