# bash completion for axtok AXTOK-VERSION, written by `axtok completions bash`.
# Write it again after an update.

_axtok() {
    # The line up to the cursor. axtok splits it: bash also splits words at = and :.
    local IFS=' ' line=${COMP_LINE:0:${COMP_POINT:-0}} answer
    [[ -n $line ]] || line="${COMP_WORDS[*]:0:COMP_CWORD+1}"
    COMPREPLY=()
    # The answers are already quoted.
    while IFS= read -r answer; do
        COMPREPLY+=("$answer")
    done < <(COMPLETE=bash _AXTOK_BREAKS="$COMP_WORDBREAKS" \
        AXTOK-PROGRAM -- "$line" 2>/dev/null </dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

# Fall back to file names where axtok offers nothing. Older versions of bash do not
# have nosort.
complete -o bashdefault -o default -o nosort -F _axtok axtok 2>/dev/null ||
    complete -o bashdefault -o default -F _axtok axtok
