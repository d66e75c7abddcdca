"""A commit before beside the checkout, in one run: requests, whole processes and builds."""
