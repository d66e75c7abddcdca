"""Evaluate rankings: read topics and judgements, compute measures, compare two settings."""
