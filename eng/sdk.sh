# Sourced by ./signalbox, ./test and ./bench. Expects $root, the repository's directory.

# Sets $dotnet to an SDK that satisfies global.json: the one in .dotnet/, the one on the PATH, or the pinned one, installed into .dotnet/ now.
find_sdk() {
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
  # The SDK refuses to start without the ICU libraries, which a small system does not have; nothing here needs a culture.
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
  local candidate
  for candidate in "$root/.dotnet/dotnet" "$(command -v dotnet || true)"; do
    # In the root, where global.json is: "dotnet --version" fails when no installed SDK satisfies it.
    if [[ -n $candidate && -x $candidate ]] && (cd "$root" && "$candidate" --version) >/dev/null 2>&1; then
      dotnet=$candidate
      use_sdk
      return 0
    fi
  done
  install_sdk
  use_sdk
}

use_sdk() {
  local home
  home=$(dirname "$(readlink -f "$dotnet")")
  export DOTNET_ROOT=$home
  # The built program looks in .dotnet/ first and then in the machine's usual places. An SDK anywhere else is linked to here, so that
  # running the program needs no variable, which the commands it starts would inherit.
  case $home in
    "$root/.dotnet" | /usr/share/dotnet | /usr/lib/dotnet) ;;
    *) [[ -e $root/.dotnet ]] || ln -s "$home" "$root/.dotnet" ;;
  esac
}

install_sdk() {
  local version script url=https://dot.net/v1/dotnet-install.sh
  version=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$root/global.json")
  echo "signalbox: no .NET SDK here satisfies global.json ($version or later of the same line); installing $version into $root/.dotnet" >&2
  script=$(mktemp)
  if command -v curl >/dev/null; then curl -fsSL --retry 2 --connect-timeout 15 -o "$script" "$url"
  elif command -v wget >/dev/null; then wget -q --tries=3 --connect-timeout=15 -O "$script" "$url"
  else no_sdk "neither curl nor wget is installed"; fi || no_sdk "$url could not be fetched"
  [[ -L $root/.dotnet ]] && rm "$root/.dotnet"
  bash "$script" --version "$version" --install-dir "$root/.dotnet" --no-path >&2 || no_sdk "the install script failed"
  rm -f "$script"
  dotnet=$root/.dotnet/dotnet
}

no_sdk() {
  cat >&2 <<TEXT
signalbox: the .NET SDK is missing: $1.
  With a network:     make sure that curl or wget is installed and reaches https://dot.net, and run this again.
  Without a network:  install the .NET SDK $version or later of the same line (https://dotnet.microsoft.com/download) so that "dotnet" is on the PATH,
                      or unpack its archive into $root/.dotnet.
TEXT
  exit 1
}
