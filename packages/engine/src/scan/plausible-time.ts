// Which event times can be true (cli.md): from 2000 on, and no later than a day after the listing.

export const EARLIEST_MS = Date.UTC(2000, 0, 1);
export const LATEST_AFTER_LISTING_MS = 86_400_000;
