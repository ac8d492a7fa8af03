"use strict";
// All that is known of rules is in the server; here it is started, and texts of the program are fetched from it.
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async (context) => {
  const settings = vscode.workspace.getConfiguration("filingc");
  const server = { command: settings.get("path") || "filingc", args: ["lsp"] };
  const files = ["filing", "toml", "json"].map((language) => ({ scheme: "file", language }));
  const options = {
    documentSelector: [...files, { scheme: "untitled", language: "filing" }],
    initializationOptions: { language: settings.get("language") || vscode.env.language },
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/{*.filing,filingc.toml,terms.toml}") },
  };
  client = new LanguageClient("filingc", "filingc", server, options);
  const provideTextDocumentContent = (uri) => client.sendRequest("filingc/bundledText", { uri: uri.toString(true) });
  context.subscriptions.push(vscode.workspace.registerTextDocumentContentProvider("filingc", { provideTextDocumentContent }));
  await client.start();
};

exports.deactivate = () => client && client.stop();
