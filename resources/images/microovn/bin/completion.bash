# Completes commands and flags of microovn from its own help, so that there is no list to keep.
_microovn() {
	local help word=${COMP_WORDS[COMP_CWORD]}
	help=$(microovn help "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null) || return
	case $word in
	-*) COMPREPLY=($(compgen -W "$(grep -o -- ' --[a-z-]*' <<<"$help")" -- "$word")) ;;
	*) COMPREPLY=($(compgen -W "$(sed -n '/^  microovn/d; s/^  \([a-z][a-z-]*\) .*/\1/p' <<<"$help")" -- "$word")) ;;
	esac
}
complete -F _microovn microovn
