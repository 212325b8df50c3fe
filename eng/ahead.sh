# Sourced by ./signalbox, ./test and ./bench. Expects $root, the repository's directory, and $dotnet (see sdk.sh).
#
# A .NET program is compiled as it runs: at each start of Signalbox that was over half of the time until its first answer. The framework's compiler can do it
# ahead, into the same files, which stay valid for every version of the framework and are still compiled anew, for speed, where they are used much.
# The compiler is a package of its own. Where it cannot be had (a closed network, a platform it does not know) the program stays as it was built.

# Compiles the built program and its libraries ahead of time, in place. Never fails: tells in one line what it could not do.
compile_ahead() {
  local program=$root/artifacts/bin/Signalbox/release kept=$root/artifacts/ahead platform version runtimes compiler library name
  platform=$(ahead_platform) || return 0
  runtimes=$("$dotnet" --list-runtimes) || return 0
  # The newest framework of the line the program is built for is the one it runs on.
  version=$(sed -n 's/^Microsoft\.NETCore\.App \(10\.[0-9.]*\) .*/\1/p' <<<"$runtimes" | sort -V | tail -n 1)
  [[ -n $version ]] || return 0
  mkdir -p "$kept/built" "$kept/compiled"
  compiler=$(ahead_compiler "$platform" "$version" "$kept") || { echo "not compiled ahead of time, so starts take a little longer: $compiler"; return 0; }
  # What another compiler made is made anew.
  if [[ $(cat "$kept/by" 2>/dev/null) != "$compiler" ]]; then rm -f "$kept"/built/* "$kept"/compiled/*; echo "$compiler" >"$kept/by"; fi
  for library in "$program"/*.dll; do
    name=${library##*/}
    # A build puts its own file back whenever it differs; only what has changed since is compiled.
    if cmp -s "$library" "$kept/compiled/$name"; then continue; fi
    if ! cmp -s "$library" "$kept/built/$name" || [[ ! -e $kept/compiled/$name ]]; then
      rm -f "$kept/compiled/$name" "$kept/built/$name"
      ahead_one "$compiler" "$platform" "$version" "$library" "$kept" >"$kept/$name.log" 2>&1 || { echo "$name is not compiled ahead of time; $kept/$name.log tells why"; continue; }
    fi
    # Under its final name only when whole: a running program keeps the file it began with.
    cp "$kept/compiled/$name" "$library.next" && chmod --reference="$library" "$library.next" 2>/dev/null
    mv -f "$library.next" "$library"
  done
}

# One library, from $kept/built into $kept/compiled.
ahead_one() {
  local compiler=$1 platform=$2 version=$3 library=$4 kept=$5 name=${4##*/} system=${2%-*} shared
  [[ $system == osx ]] || system=linux
  shared=$(dirname "$(readlink -f "$dotnet")")/shared
  cp "$library" "$kept/built/$name"
  "$compiler" "$kept/built/$name" --out "$kept/compiled/$name.next" --reference "${library%/*}/*.dll" \
    --reference "$shared/Microsoft.NETCore.App/$version/*.dll" --reference "$shared/Microsoft.AspNetCore.App/$version/*.dll" \
    --targetos "$system" --targetarch "${platform##*-}" --optimize || return
  mv -f "$kept/compiled/$name.next" "$kept/compiled/$name"
}

# This machine, as the framework's packages name it. Fails where there is none for it.
ahead_platform() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) echo linux-x64 ;;
    Linux-aarch64) echo linux-arm64 ;;
    Darwin-arm64) echo osx-arm64 ;;
    Darwin-x86_64) echo osx-x64 ;;
    *) return 1 ;;
  esac
}

# Tells where the compiler is, having fetched its package if need be; or fails, and tells why. What could not be had is not asked for again until
# artifacts/ahead is deleted or the framework's version is another.
ahead_compiler() {
  local package=microsoft.netcore.app.crossgen2.$1 version=$2 found=$3/compiler-$2 none=$3/none-$2 packages
  if [[ ! -x $(cat "$found" 2>/dev/null) && ! -e $none ]]; then
    if packages=$(ahead_fetch "$package" "$version" "$none.next"); then
      echo "${packages%/}/$package/$version/tools/crossgen2" >"$found"
      "$(cat "$found")" --version >>"$none.next" 2>&1 || mv "$none.next" "$none"
    else
      mv "$none.next" "$none"
    fi
    rm -f "$none.next"
  fi
  if [[ -e $none ]]; then echo "$package $version could not be had ($none tells more)"; return 1; fi
  cat "$found"
}

# Fetches a package and tells the directory of all packages. One try and a bound: whoever has no network is not to wait for it.
ahead_fetch() {
  local bound=() project=$root/eng/ahead/Ahead.csproj
  local -x NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT=1 MSBUILDDISABLENODEREUSE=1
  if command -v timeout >/dev/null; then bound=(timeout 120); fi
  "${bound[@]}" "$dotnet" restore "$project" -v q --nologo -p:AheadPackage="$1" -p:AheadVersion="$2" >"$3" 2>&1 </dev/null &&
    "$dotnet" msbuild "$project" -nologo -getProperty:NuGetPackageRoot 2>>"$3" </dev/null
}
