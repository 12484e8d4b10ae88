# Makes a script of the flat lines of cloud-config's runcmd: a text is a shell line, a list is one command.
function quoted(text) { gsub(/'/, "'\\''", text); return "'" text "'" }
function plain(text,   out, i, c) {
  out = ""
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c == "\\") { c = substr(text, ++i, 1); if (c == "n") c = "\n"; if (c == "t") c = "\t" }
    out = out c
  }
  return out
}
function flush() { if (command != "") print command; command = "" }
BEGIN { FS = "\t" }
$1 ~ /^c\.runcmd\.[0-9]+$/ { flush(); if (!any++) print "#!/bin/sh"; print plain($2) }
$1 ~ /^c\.runcmd\.[0-9]+\.[0-9]+$/ {
  split($1, at, ".")
  if (at[3] != item || command == "") { flush(); item = at[3]; if (!any++) print "#!/bin/sh" }
  command = command (command == "" ? "" : " ") quoted(plain($2))
}
END { flush() }
