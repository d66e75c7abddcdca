"""Bulk builds: write documents as segments, in bounded memory."""
