"""Compare an earlier commit with the checkout, in one run: requests, whole processes and builds."""
