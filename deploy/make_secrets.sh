#!/bin/sh
# Make what can be made by chance for docker-compose.yml: the password of the database and the key of the store.
# What exists is left as it is. Run it as root, so that each file belongs to the one user that reads it.
set -eu
umask 077
folder=${1:-$(dirname "$0")/secrets}
prefix=${2:-}

owned() { # FILE USER
  chmod 0400 "$folder/$1"
  if [ "$(id -u)" = 0 ]; then chown "$2" "$folder/$1"; fi
}

if [ ! -e "$folder/${prefix}database_password" ]; then
  openssl rand -hex 32 > "$folder/${prefix}database_password"
  # The form that libpq reads: host, port, database, user, password.
  printf 'database:5432:gateway:gateway:%s\n' "$(cat "$folder/${prefix}database_password")" \
    > "$folder/${prefix}database_passfile"
  owned "${prefix}database_password" 999
  owned "${prefix}database_passfile" 10001
fi
if [ ! -e "$folder/${prefix}store_key" ]; then
  openssl rand -hex 32 > "$folder/${prefix}store_key"
  owned "${prefix}store_key" 10001
fi
