# How this folder was written: by these commands of commit f8d6544, in /tmp/archive.
dragoman build small.jsonl --index index --thesaurus thesaurus.ttl --no-own-thesaurus --facet section --jobs 1 --corrections corrections.jsonl
dragoman search ferry Aurora --no-expand --where section=Accidents --index index --receipt receipt.json --limit 0
dragoman search flood --country EC --from 2017 --lang en --lang es --estimated --strict --all --query-lang en --drop deluge --index index --receipt all-arguments.json --limit 0
dragoman watch aurora ferry Aurora --no-expand --index index --watches watches
dragoman watch floods flood --lang en --index index --watches watches
dragoman update more.jsonl --index index
dragoman delete flood-2 --yes --index index
dragoman correct clinic-1 --country PH --lang en --date 2013-11-04 --who Ann --index index
