#compdef axtok
# zsh completion for axtok. Written by `axtok completions zsh`, which is to be run
# again after an update.

_axtok() {
    local answer
    local -a answers whole begun
    answers=("${(@f)$(COMPLETE=zsh AXTOK-PROGRAM -- \
        "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
    for answer in $answers; do
        case $answer in
            ('='*) begun+=("${answer#=}") ;;
            ('+'*) whole+=("${answer#+}") ;;
        esac
    done
    if (( $#whole + $#begun == 0 )); then
        # axtok knows nothing here: a file may be meant.
        compset -P '--[^=]#='
        _files
        return
    fi
    (( $#whole )) && _describe -V axtok whole
    (( $#begun )) && _describe -V 'axtok …' begun -S ''
    return 0
}

# As a file of $fpath this is the function's body, else it is read at once.
if [[ ${funcstack[1]} == _axtok ]]; then
    _axtok "$@"
else
    compdef _axtok axtok
fi
