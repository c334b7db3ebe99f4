// dunlin completion: scripts for bash, zsh and fish, written from the very tree of commands that parses.
#include <cstdio>

#include "command.hpp"

namespace dunlin::tool {
namespace {

struct Node {
  std::string path;                                        // "dunlin links set"
  std::vector<std::pair<std::string, std::string>> words;  // command or option, and what it does
};

void walk(const CLI::App& app, const std::string& path, std::vector<Node>& nodes) {
  Node node{path, {}};
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    node.words.emplace_back(command->get_name(), command->get_description());
  }
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) node.words.emplace_back("--" + name, option->get_description());
  }
  nodes.push_back(std::move(node));
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    walk(*command, path + " " + command->get_name(), nodes);
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// The longest path of commands among the words typed so far, then the words that may follow it.
std::string cases(const std::vector<Node>& nodes, const std::string& before, const std::string& after, bool described) {
  std::string out;
  for (const Node& node : nodes) {
    out += "    " + shell_quoted(node.path) + ") " + before;
    for (const auto& [word, does] : node.words) {
      if (described) {
        out += " " + shell_quoted(word + ":" + does);
      } else {
        out += " " + word;
      }
    }
    out += after + " ;;\n";
  }
  return out;
}

std::string paths(const std::vector<Node>& nodes) {
  std::string out;
  for (const Node& node : nodes) out += (out.empty() ? "" : "|") + shell_quoted(node.path);
  return out;
}

std::string bash(const std::vector<Node>& nodes) {
  return "# bash completion of dunlin: source it, or put it into /usr/share/bash-completion/completions/dunlin\n"
         "_dunlin() {\n"
         "  local place=dunlin word words=\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case \"$place $word\" in " +
         paths(nodes) +
         ") place=\"$place $word\" ;; esac\n"
         "  done\n"
         "  case \"$place\" in\n" +
         cases(nodes, "words=\"", "\"", false) +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o default -F _dunlin dunlin\n";
}

std::string zsh(const std::vector<Node>& nodes) {
  return "#compdef dunlin\n"
         "# zsh completion of dunlin: put it as _dunlin into a directory of $fpath\n"
         "_dunlin() {\n"
         "  local place=dunlin word\n"
         "  local -a found\n"
         "  for word in ${words[2,CURRENT-1]}; do\n"
         "    case \"$place $word\" in " +
         paths(nodes) +
         ") place=\"$place $word\" ;; esac\n"
         "  done\n"
         "  case \"$place\" in\n" +
         cases(nodes, "found=(", ")", true) +
         "  esac\n"
         "  _describe dunlin found || _files\n"
         "}\n"
         "compdef _dunlin dunlin\n";
}

std::string fish(const std::vector<Node>& nodes) {
  std::string out =
      "# fish completion of dunlin: put it into ~/.config/fish/completions/dunlin.fish\n"
      "function __dunlin_path\n"
      "  set -l place dunlin\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    switch \"$place $word\"\n"
      "      case";
  for (const Node& node : nodes) out += " " + shell_quoted(node.path);
  out +=
      "\n        set place \"$place $word\"\n"
      "    end\n"
      "  end\n"
      "  test \"$place\" = \"$argv[1]\"\n"
      "end\n";
  for (const Node& node : nodes) {
    for (const auto& [word, does] : node.words) {
      const std::string what = word.starts_with("--") ? "-l " + word.substr(2) : "-a " + word;
      out += "complete -c dunlin -n \"__dunlin_path " + shell_quoted(node.path) + "\" " + what + " -d " +
             shell_quoted(does) + "\n";
    }
  }
  return out;
}

}  // namespace

void add_completion(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("completion", "A completion script for your shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(
      "Examples:\n  source <(dunlin completion bash)\n  dunlin completion fish > "
      "~/.config/fish/completions/dunlin.fish\n");
  command->callback([shell, &app, &context] {
    context.run = [shell, &app] {
      std::vector<Node> nodes;
      walk(app, "dunlin", nodes);
      const std::string text = *shell == "bash" ? bash(nodes) : *shell == "zsh" ? zsh(nodes) : fish(nodes);
      std::fputs(text.c_str(), stdout);
      return int{kDone};
    };
  });
}

}  // namespace dunlin::tool
