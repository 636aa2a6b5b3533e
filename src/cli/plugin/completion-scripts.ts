/**
 * What makes a shell ask the program while somebody types: it calls `sidecar-injector __complete` with the words so far,
 * and gets a line for each candidate and a number at the end.
 */
export const completionScripts = {
  bash: `# bash completion for sidecar-injector
_sidecar_injector() {
  # Bash takes words apart at = and :, and the program wants them whole.
  local words=() word i joined= lines line value kept
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $joined || $word == [=:] ]] && ((\${#words[@]} > 0)); then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    if [[ $word == [=:] ]]; then joined=1; else joined=; fi
  done
  local current=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  mapfile -t lines < <("\${COMP_WORDS[0]/#\\~/$HOME}" __complete "\${words[@]}" 2>/dev/null)
  ((\${#lines[@]} > 0)) || return
  local directive=\${lines[\${#lines[@]}-1]#:}
  unset 'lines[\${#lines[@]}-1]'
  kept=\${current%"\${current##*[=:]}"}
  for line in "\${lines[@]}"; do
    value=\${line%%$'\\t'*}
    COMPREPLY+=("\${value#"$kept"}")
  done
  if ((directive & 2)); then compopt -o nospace; fi
  if ((directive & 16)); then compopt -o dirnames; fi
  if ((directive & (4 | 16))); then compopt +o default; fi
}
complete -o default -F _sidecar_injector sidecar-injector
`,
  zsh: `#compdef sidecar-injector
_sidecar_injector() {
  local -a lines values described
  local line value directive
  lines=("\${(@f)$("\${(Q)words[1]}" __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  directive=\${lines[-1]#:}
  lines[-1]=()
  for line in "\${lines[@]}"; do
    value=\${line%%$'\\t'*}
    values+=("$value")
    if [[ $line == *$'\\t'* ]]; then described+=("$value  -- \${line#*$'\\t'}"); else described+=("$value"); fi
  done
  if (( directive & 16 )); then
    _files -/
  elif (( \${#values} == 0 && ! (directive & 4) )); then
    compset -P '*='
    _files
  elif (( directive & 2 )); then
    compadd -S '' -l -d described -a values
  else
    compadd -l -d described -a values
  fi
}
if [[ \${funcstack[1]} == _sidecar_injector || \${zsh_eval_context[-1]} == loadautofunc ]]; then
  _sidecar_injector "$@"
else
  compdef _sidecar_injector sidecar-injector
fi
`,
  fish: `# fish completion for sidecar-injector
function __sidecar_injector
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    test (count $lines) -gt 0; or return
    set -l directive (string sub --start 2 -- $lines[-1])
    set -e lines[-1]
    if test (math "bitand($directive, 16)") -ne 0
        __fish_complete_directories $current ''
    else if test (count $lines) -eq 0 -a (math "bitand($directive, 4)") -eq 0
        __fish_complete_path $current ''
    else
        printf '%s\\n' $lines
    end
end
complete --command sidecar-injector --no-files --keep-order --arguments '(__sidecar_injector)'
`,
} as const;
