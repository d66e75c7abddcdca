# How this folder was written: by these commands of commit 1841e1a8 (release 0.8.1), in a copy of written_by_f8d6544.
dragoman search flood --receipt receipt.json --limit 0 --index index
dragoman watch ferries ferry --watches watches --index index
