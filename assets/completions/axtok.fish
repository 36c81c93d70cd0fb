# fish completion for axtok AXTOK-VERSION, written by `axtok completions fish`.
# Write it again after an update.

function __axtok_answers
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l answers (COMPLETE=fish AXTOK-PROGRAM -- $before "$word" 2>/dev/null </dev/null)
    if set -q answers[1]
        printf '%s\n' $answers
    else
        # axtok offers nothing here: complete a file name.
        __fish_complete_path "$word"
    end
end

complete --command axtok --no-files --keep-order --arguments '(__axtok_answers)'
