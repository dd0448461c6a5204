# Mail::DKIM as a peer: `verify PORT FILE…` and `sign KEY DOMAIN SELECTOR CANONICALIZATION FILE…`.
use strict;
use warnings;
use Mail::DKIM::DNS;
use Mail::DKIM::Signer;
use Mail::DKIM::Verifier;
use Net::DNS::Resolver;

my ($command, @arguments) = @ARGV;
$command eq 'verify' ? verify(@arguments) : sign(@arguments);

# One line of JSON for each file: the result of each signature, from the top down.
sub verify {
    my ($port, @files) = @_;
    Mail::DKIM::DNS::resolver(Net::DNS::Resolver->new(nameservers => ['127.0.0.1'], port => $port));
    for my $file (@files) {
        my $verifier = Mail::DKIM::Verifier->new;
        $verifier->PRINT(content($file));
        $verifier->CLOSE;
        print '[', join(',', map { '"' . ($_->result // 'none') . '"' } $verifier->signatures), "]\n";
    }
}

# Writes each message with a signature on top to FILE.signed.
sub sign {
    my ($key, $domain, $selector, $canonicalization, @files) = @_;
    for my $file (@files) {
        my $signer = Mail::DKIM::Signer->new(
            Algorithm => 'rsa-sha256',
            Method    => $canonicalization,
            Domain    => $domain,
            Selector  => $selector,
            KeyFile   => $key,
        );
        my $message = content($file);
        $signer->PRINT($message);
        $signer->CLOSE;
        open my $signed, '>:raw', "$file.signed" or die "$file.signed: $!\n";
        print $signed $signer->signature->as_string, "\r\n", $message;
        close $signed or die "$file.signed: $!\n";
    }
}

sub content {
    my ($file) = @_;
    open my $stream, '<:raw', $file or die "$file: $!\n";
    local $/;
    return scalar <$stream>;
}
