// Stands for ssh2 in the bundles: dockerode loads it for ssh:// engines, which `engines/detect.ts` refuses in words.
exports.Client = class {};
