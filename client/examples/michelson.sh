#!/usr/bin/env bash
# Michelson's 100 measurements of the speed of light (1879), and the normal law that fits them:
# evaluated at the data and at a million points, plotted, and shown as the C that was compiled.
#
#   client/examples/michelson.sh
#
# Wants a server ($FORMULARY_SERVER, else localhost:7433) and `formulary` on PATH. deploy/run
# starts the one and sets the other.
set -euo pipefail

data=$(cd "$(dirname "${BASH_SOURCE[0]}")/data" && pwd)/michelson_1879.csv
density='exp(-(v - mu)**2/(2*sigma**2)) / (sigma*sqrt(2*pi))'
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$data" "$scratch"
cd "$scratch"

say() { printf '\n%s\n' "$*"; }

# The command as one would type it, then what it prints.
show() {
  local word line='$'
  for word in "$@"; do
    case "$word" in
      *[!A-Za-z0-9_=@.,/:-]*) line+=" '$word'" ;;
      *) line+=" $word" ;;
    esac
  done
  printf '\n%s\n' "$line"
  "$@" 2>&1
}

read -r count mu sigma < <(awk -F, '
  NR > 1 { n++; sum += $1; squares += $1 * $1 }
  END { printf "%d %.6f %.6f\n", n, sum / n, sqrt(squares / n - (sum / n)^2) }' michelson_1879.csv)

say "$count measurements of the speed of light by A. A. Michelson, 1879, in km/s above 299,000."
say "Fitted by maximum likelihood: mu = $mu, sigma = $sigma."

say "The density of that normal law at each measurement. The server has the formula compiled (or
finds the artefact on disk from an earlier run); the last line tells which, and the times."
show formulary eval "$density" "v=@michelson_1879.csv:speed_minus_299000_km_s" "mu=$mu" "sigma=$sigma" \
  --mode wait --report

say "A million points through the same kernel, twice: it is loaded, and stays so."
for _ in 1 2; do
  show formulary eval "$density" 'v=linspace(500,1200,1000000)' "mu=$mu" "sigma=$sigma" \
    --report --npy density.npy
done

say "Its shape."
show formulary eval "$density" 'v=linspace(600,1100,400)' "mu=$mu" "sigma=$sigma" --plot

say "How far the true value, 734.5 on this scale, lies from the mean, in standard errors, and how
probable that is by chance: Michelson's instrument was off, not his luck."
z='(mu - true_value) / (sigma/sqrt(n))'
show formulary eval "standard_errors=$z" "probability=erfc(($z)/sqrt(2))" \
  "mu=$mu" "sigma=$sigma" true_value=734.5 "n=$count"

say "What the server rewrote the formula to, and the C it compiles."
show formulary simplify "$density" --assume sigma=positive --report
show formulary render "$density" --format c

say "The kernels it holds by now."
show formulary kernels
