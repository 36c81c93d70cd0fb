#compdef axtok
# zsh completion for axtok AXTOK-VERSION, written by `axtok completions zsh`.
# Write it again after an update.

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
        # axtok offers nothing here: complete a file name.
        compset -P '--[^=]#='
        _files
        return
    fi
    (( $#whole )) && _describe -V axtok whole
    (( $#begun )) && _describe -V 'axtok …' begun -S ''
    return 0
}

# Autoloaded from $fpath, this file is the function's body; otherwise it is sourced.
if [[ ${funcstack[1]} == _axtok ]]; then
    _axtok "$@"
else
    compdef _axtok axtok
fi
