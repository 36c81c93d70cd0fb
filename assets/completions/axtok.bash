# bash completion for axtok. Written by `axtok completions bash`, which is to be
# run again after an update.

_axtok() {
    # Up to the cursor. What is typed is taken apart by axtok: bash breaks words
    # at = and : too.
    local IFS=' ' line=${COMP_LINE:0:${COMP_POINT:-0}} answer
    [[ -n $line ]] || line="${COMP_WORDS[*]:0:COMP_CWORD+1}"
    COMPREPLY=()
    # Answers are quoted already.
    while IFS= read -r answer; do
        COMPREPLY+=("$answer")
    done < <(COMPLETE=bash _AXTOK_BREAKS="$COMP_WORDBREAKS" \
        AXTOK-PROGRAM -- "$line" 2>/dev/null </dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

# Where axtok knows nothing, a file may be meant. Old ones cannot leave the order
# as it is.
complete -o bashdefault -o default -o nosort -F _axtok axtok 2>/dev/null ||
    complete -o bashdefault -o default -F _axtok axtok
