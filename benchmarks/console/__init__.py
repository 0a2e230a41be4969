"""The console under load: fifty officers at once over a large publication, which is exchanged meanwhile."""
