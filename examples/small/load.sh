# Brings the small company into the configured database, on the morning of 1 March 2026 by the business clock.
# Run it in the folder of the checkout: sh examples/small/load.sh
set -e
tallystick init
tallystick clock --at 2026-03-01T08:00
tallystick import seller examples/small/seller.json
tallystick import catalog examples/small/catalog.csv
tallystick import accounts examples/small/accounts.csv
tallystick import subscriptions examples/small/subscriptions.csv
