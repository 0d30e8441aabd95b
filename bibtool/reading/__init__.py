"""What a run reads: paths to Documents to Mentions, through containers, by several processes."""
