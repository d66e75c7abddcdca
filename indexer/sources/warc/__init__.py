"""Web archives (WARC): the pages that a crawler kept, an item each."""
