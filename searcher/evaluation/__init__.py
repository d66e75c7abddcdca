"""Judging rankings: topics and judgements in, measures out, two settings compared."""
